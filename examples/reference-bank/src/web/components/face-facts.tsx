/** What the use of the face means, for whoever is asked to agree to it. */
export function FaceFacts() {
  return (
    <ul className="plain-list">
      <li>The camera is on only while you look into it, and only in this browser. No picture is sent, and none is kept.</li>
      <li>
        From the pictures your browser computes 128 numbers, and from your eyes and your head whether you did what we asked. We get these
        numbers.
      </li>
      <li>They are encrypted, kept by the bank alone, and used for nothing but recognising you when you sign in.</li>
      <li>You can take your card instead at any time. If you delete your face, the numbers are erased at once.</li>
    </ul>
  );
}
