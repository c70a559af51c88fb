import type { Biometrics } from '../../api/types';

export interface Choice {
  value: Biometrics;
  title: string;
  text: string;
}

interface ChoiceCardsProps {
  name: string;
  choices: readonly Choice[];
  value: Biometrics | null;
  onChange: (value: Biometrics) => void;
}

/** One of two ways, each with what it means. */
export function ChoiceCards({ name, choices, value: chosen, onChange }: ChoiceCardsProps) {
  return (
    <div className="choices">
      {choices.map(({ value, title, text }) => (
        <label className="choice" key={value}>
          <input
            id={`${name}-${value}`}
            type="radio"
            name={name}
            value={value}
            checked={chosen === value}
            aria-labelledby={`${name}-${value}-title`}
            aria-describedby={`${name}-${value}-text`}
            onChange={() => onChange(value)}
          />
          <span className="choice-title" id={`${name}-${value}-title`}>
            {title}
          </span>
          <span className="choice-text" id={`${name}-${value}-text`}>
            {text}
          </span>
        </label>
      ))}
    </div>
  );
}
