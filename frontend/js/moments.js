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
