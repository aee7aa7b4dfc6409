// Recordings that are not all sent yet: they have no file on the device, so this browser stores them.

const STORE = "recordings";

function inStore(mode, act) {
  return new Promise((resolve) => {
    const opening = indexedDB.open("pdportal-recordings", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onerror = () => resolve(null); // a private window may have none
    opening.onsuccess = () => {
      const change = opening.result.transaction(STORE, mode);
      const asked = act(change.objectStore(STORE));
      change.oncomplete = () => resolve(asked.result);
      change.onerror = () => resolve(null);
      change.onabort = () => resolve(null);
    };
  });
}

export function saveRecording(key, file) {
  return inStore("readwrite", (store) => store.put(file, key));
}

export function readRecording(key) {
  return inStore("readonly", (store) => store.get(key));
}

export function dropRecording(key) {
  return inStore("readwrite", (store) => store.delete(key));
}
