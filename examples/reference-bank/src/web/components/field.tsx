import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react';

interface FieldFrameProps {
  id: string;
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** Whether the error is read out when it appears, where the focus stays in the field. */
  isTold?: boolean;
  children: (describedBy: { 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
}

/** A label, a hint and an error text, tied to one control. */
export function FieldFrame({ id, label, hint, error, isTold = false, children }: FieldFrameProps) {
  const own = useId();
  const hintId = `${own}-hint`;
  const errorId = `${own}-error`;
  const describedBy = [error ? errorId : '', hint ? hintId : ''].filter(Boolean).join(' ');
  return (
    <div className={error ? 'field field-wrong' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {hint ? (
        <p className="hint" id={hintId}>
          {hint}
        </p>
      ) : null}
      {error ? (
        <p className="field-error" id={errorId} {...(isTold ? { role: 'alert' } : {})}>
          <span className="visually-hidden">Error: </span>
          {error}
        </p>
      ) : null}
      {children({ ...(describedBy ? { 'aria-describedby': describedBy } : {}), ...(error ? { 'aria-invalid': true as const } : {}) })}
    </div>
  );
}

export interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> {
  id: string;
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  inputRef?: Ref<HTMLInputElement>;
}

export function TextField({ id, label, hint, error, inputRef, className, ...input }: TextFieldProps) {
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error}>
      {(described) => <input id={id} ref={inputRef} className={className ?? 'input'} {...described} {...input} />}
    </FieldFrame>
  );
}
