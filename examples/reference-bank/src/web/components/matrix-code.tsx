import { useRef } from 'react';

const CELL_LENGTH = 2;
const clean = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '');

export interface MatrixCodeFieldsProps {
  id: string;
  /** The cells that are asked for: `['B3', 'E7', 'A1']`. */
  coordinates: readonly string[];
  /** What is in each field. */
  values: readonly string[];
  onChange: (values: string[]) => void;
  error?: string | undefined;
  isFocusedFirst?: boolean;
}

export const emptyCode = (coordinates: readonly string[]): string[] => coordinates.map(() => '');
export const isWholeCode = (values: readonly string[]): boolean =>
  values.length > 0 && values.every((value) => value.length === CELL_LENGTH);

/** Puts text into the fields from the one at `index` on; what does not fit runs into the next ones. */
export function spreadCode(values: readonly string[], index: number, text: string): { values: string[]; next: number } {
  const cleaned = clean(text);
  const result = [...values];
  if (cleaned.length <= CELL_LENGTH) {
    result[index] = cleaned;
    return { values: result, next: cleaned.length === CELL_LENGTH ? Math.min(index + 1, values.length - 1) : index };
  }
  let field = index;
  for (let at = 0; at < cleaned.length && field < values.length; at += CELL_LENGTH) {
    result[field] = cleaned.slice(at, at + CELL_LENGTH);
    field += 1;
  }
  return { values: result, next: Math.min(field, values.length - 1) };
}

/** One field of two characters for each cell of the card that is asked for. */
export function MatrixCodeFields({ id, coordinates, values, onChange, error, isFocusedFirst = false }: MatrixCodeFieldsProps) {
  const fields = useRef<Array<HTMLInputElement | null>>([]);
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  return (
    <fieldset
      className={error ? 'code field field-wrong' : 'code field'}
      aria-describedby={error ? `${errorId} ${hintId}` : hintId}
      data-tacit-ignore
    >
      <legend>Code from your matrix card</legend>
      <p className="hint" id={hintId}>
        Find each cell on your card (letter for the column, number for the row) and enter its two characters. The cursor moves on by itself.
      </p>
      {error ? (
        <p className="field-error" id={errorId} role="alert">
          <span className="visually-hidden">Error: </span>
          {error}
        </p>
      ) : null}
      <div className="code-cells">
        {coordinates.map((coordinate, index) => (
          <div className="code-cell" key={coordinate}>
            <label htmlFor={`${id}-${index}`}>
              <span className="visually-hidden">Cell </span>
              {coordinate}
            </label>
            <input
              id={`${id}-${index}`}
              ref={(element) => {
                fields.current[index] = element;
              }}
              className="input code-input"
              type="text"
              inputMode="text"
              autoComplete="off"
              autoCapitalize="characters"
              autoCorrect="off"
              spellCheck={false}
              // biome-ignore lint/a11y/noAutofocus: the code is the one thing that its page or dialog asks for.
              autoFocus={isFocusedFirst && index === 0}
              aria-invalid={error ? true : undefined}
              aria-describedby={error ? errorId : undefined}
              value={values[index] ?? ''}
              onFocus={(event) => event.target.select()}
              onChange={(event) => {
                const spread = spreadCode(values, index, event.target.value);
                onChange(spread.values);
                if (spread.next !== index) {
                  fields.current[spread.next]?.focus();
                }
              }}
              onKeyDown={(event) => {
                if (event.key === 'Backspace' && event.currentTarget.value === '' && index > 0) {
                  event.preventDefault();
                  fields.current[index - 1]?.focus();
                }
              }}
            />
          </div>
        ))}
      </div>
    </fieldset>
  );
}
