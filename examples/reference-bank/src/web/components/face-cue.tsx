/** What stands where the picture of the camera will be: head and shoulders in the ring. */
export function FaceCue() {
  return (
    <svg className="face-cue" viewBox="0 0 400 300" aria-hidden="true" focusable="false">
      <ellipse className="face-cue-ring" cx="200" cy="150" rx="103" ry="138" />
      <path className="face-cue-head" d="M200 66c-33 0-54 23-54 57 0 39 23 75 54 75s54-36 54-75c0-34-21-57-54-57z" />
      <path className="face-cue-head" d="M122 258c8-30 30-41 56-47v-19m44 0v19c26 6 48 17 56 47" />
      <path className="face-cue-line" d="M178 126h.01M222 126h.01M188 166c8 4 16 4 24 0" />
    </svg>
  );
}
