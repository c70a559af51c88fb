/** What the checks through a session look at and what not, the same wherever it is asked or explained. */
export function ChecksFacts() {
  return (
    <ul className="plain-list">
      <li>
        We measure when keys go down and up in the reference of a transfer and in your notes, and which letters they are. Of digits we know
        only that they are digits.
      </li>
      <li>We measure how the pointer moves and when its buttons are pressed, on the pages of this bank, while they are in front.</li>
      <li>We record nothing in passwords, codes, amounts and account numbers, on your card, in other tabs, or while you are signed out.</li>
      <li>
        Each measurement is compared and then gone. What stays is a summary that says how you type and point, encrypted, at the bank alone.
      </li>
      <li>
        If we are in doubt we ask you. If somebody else seems to be here we lock the session, and only your password and your card open it
        again.
      </li>
      <li>You can end this at any time under My security. The summary is then erased at once.</li>
    </ul>
  );
}
