import { useState } from 'react';
import { type Preferences, preferences } from '../lib/preferences';

type Theme = Preferences['theme'];

/** Sets the look of the document: the system's own, or one that was chosen here. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') {
    document.documentElement.removeAttribute('data-theme');
  } else {
    document.documentElement.setAttribute('data-theme', theme);
  }
}

const CHOICES: ReadonlyArray<{ theme: Theme; label: string }> = [
  { theme: 'system', label: 'Auto' },
  { theme: 'light', label: 'Light' },
  { theme: 'dark', label: 'Dark' },
];

export function ThemeSwitch() {
  const [theme, setTheme] = useState(() => preferences.theme());
  return (
    <fieldset className="theme-switch">
      <legend className="visually-hidden">Colours</legend>
      {CHOICES.map((choice) => (
        <label key={choice.theme} className="theme-choice">
          <input
            type="radio"
            name="theme"
            value={choice.theme}
            checked={theme === choice.theme}
            onChange={() => {
              setTheme(choice.theme);
              preferences.setTheme(choice.theme);
              applyTheme(choice.theme);
            }}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
