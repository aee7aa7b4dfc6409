// Moments on a clip, as people read them.

/** Seconds as 1:05, or 1:01:05 from an hour on. */
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (number) => String(number).padStart(2, "0");
  const left = two(whole % 60);
  return hours ? `${hours}:${two(minutes)}:${left}` : `${minutes}:${left}`;
}

/** A share of the clip's length, as SVG takes it. */
export function share(seconds, duration) {
  return `${(100 * seconds) / duration}%`;
}

/** The seconds of a moment as people type it: 65, 1:05 or 0:01:05.5; undefined where it is none. */
export function seconds(typed) {
  const match = typed.trim().match(/^(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5}(?:[.,]\d{1,3})?)$/);
  if (!match) {
    return undefined;
  }
  const [hours, minutes, left] = match
    .slice(1)
    .map((part) => Number((part ?? "0").replace(",", ".")));
  return hours * 3600 + minutes * 60 + left;
}

/** A moment to the hundredth, as the boxes for a span have it. */
export function exact(moment) {
  const hundredths = Math.round(moment * 100);
  const rest = String(hundredths % 100).padStart(2, "0");
  return clock(hundredths / 100) + (rest === "00" ? "" : `.${rest}`);
}
