// Recordings that are not all sent yet: they have no file on the device, so this browser stores them.
// Each belongs to the person who is signed in, and goes when they sign out.

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
  return inStore("readwrite", (store) => store.put(file, mine(key)));
}

export function readRecording(key) {
  return inStore("readonly", (store) => store.get(mine(key)));
}

export function dropRecording(key) {
  return inStore("readwrite", (store) => store.delete(mine(key)));
}

/** Drop all that this person recorded and did not send. */
export function dropRecordings(me) {
  const all = IDBKeyRange.bound(`${me}:`, `${me}:\uffff`);
  return inStore("readwrite", (store) => store.delete(all));
}

function mine(key) {
  return `${document.body.dataset.me}:${key}`;
}
