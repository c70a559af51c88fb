import { useEffect, useRef } from 'react';

export interface FormProblem {
  /** Id of the control that is at fault; left out where none is. */
  id?: string;
  text: string;
}

/** What is wrong with a form, in one place, with a way to each field. It takes the focus when it appears, so that nobody misses it. */
export function ErrorSummary({ problems, title = 'Please check this' }: { problems: readonly FormProblem[]; title?: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (problems.length > 0) {
      box.current?.focus();
    }
  }, [problems]);
  if (problems.length === 0) {
    return null;
  }
  return (
    <div ref={box} className="error-summary" role="alert" tabIndex={-1}>
      <p className="error-summary-title">{title}</p>
      <ul>
        {problems.map(({ id, text }) => (
          <li key={id ?? text}>
            {id === undefined ? (
              text
            ) : (
              <a
                href={`#${id}`}
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(id)?.focus();
                }}
              >
                {text}
              </a>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
