/** What stands where the picture of the camera will be: a head in the ring. */
export function FaceCue() {
  return (
    <svg className="face-cue" viewBox="0 0 400 300" aria-hidden="true" focusable="false">
      <ellipse className="face-cue-ring" cx="200" cy="150" rx="103" ry="138" />
      <path className="face-cue-head" d="M200 70c-38 0-62 27-62 66 0 46 27 88 62 88s62-42 62-88c0-39-24-66-62-66z" />
      <path className="face-cue-line" d="M172 138h.01M228 138h.01M176 182c14 13 34 13 48 0" />
    </svg>
  );
}
