/** What the use of the face means, for whoever is asked to agree to it. */
export function FaceFacts() {
  return (
    <ul className="plain-list">
      <li>The camera is on only while you look into it, and only in this browser. No picture is sent, and none is kept.</li>
      <li>
        Your browser computes numbers: 128 from each of a few pictures of your face, and from all of them how far your eyes are open and
        where your head is turned. These numbers are what we get.
      </li>
      <li>We keep what shows your face, encrypted and by ourselves, and use it for nothing but recognising you when you sign in.</li>
      <li>You can take your card instead at any time. If you delete your face, that is erased at once.</li>
    </ul>
  );
}
