/** What is measured while the password is typed, and the switch that turns it off on this device. */
export function TypingNote({ isOn, onChange }: { isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <div className="typing-note">
      <label className="switch">
        <input
          type="checkbox"
          role="switch"
          aria-checked={isOn}
          checked={isOn}
          aria-describedby="typing-note"
          onChange={(event) => onChange(event.target.checked)}
        />
        <span>Typing recognition on this device</span>
      </label>
      <p className="hint" id="typing-note">
        {isOn
          ? 'While you type your password, we measure when keys go down and up in this field. We never record which keys. It is used only for customers who agreed to it.'
          : 'Nothing is measured. Your password works as always; we may ask for your matrix card more often.'}
      </p>
    </div>
  );
}
