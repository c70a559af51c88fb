import { CaptureError } from './errors';

/** An input of text, a text area, or an element with `contenteditable`. Never a password's. */
export type FreeTextField = HTMLElement;

const TEXT_TYPES = /^(text|search|email|url|tel|number)$/;
const INPUT = /^input$/i;
const PASSWORD_PURPOSE = /\b(current|new)-password\b/i;

/** Fields that were seen to be a password's: pages turn them into fields of another type to show what was typed. */
const passwords = new WeakSet<object>();

/** Whether this is a password's field, or was one when it was looked at before. */
export function holdsPassword(field: object): boolean {
  const { nodeName, type, autocomplete } = field as Partial<HTMLInputElement>;
  if ((INPUT.test(String(nodeName)) && type === 'password') || PASSWORD_PURPOSE.test(String(autocomplete))) {
    passwords.add(field);
  }
  return passwords.has(field);
}

/** Whether an event of a field is of an element that takes input of its own, or may hold one: a form control, or a component, which the field may be itself. */
export function isOfOthers(event: Event): boolean {
  const target = event.target as Element | null;
  return (
    (target !== event.currentTarget && /^(input|textarea|select)$|-/i.test(String(target?.nodeName))) ||
    (Boolean(target?.shadowRoot) && event.composedPath()[0] !== target)
  );
}

/**
 * By name rather than by class, so that nothing of the page's is touched on import and fields of other frames are taken too.
 *
 * @throws TypeError unless `value` is a {@link FreeTextField}; CaptureError `ERR_CAPTURE_PASSWORD_FIELD` for a field of a password.
 */
export function assertFreeTextField(value: unknown, name: string): asserts value is FreeTextField {
  const { nodeName, type, isContentEditable, parentElement } = (value ?? {}) as Partial<HTMLInputElement>;
  const isInput = INPUT.test(String(nodeName));
  const isTextArea = /^textarea$/i.test(String(nodeName));
  if ((isInput || isTextArea) && holdsPassword(value as object)) {
    throw new CaptureError(
      'ERR_CAPTURE_PASSWORD_FIELD',
      `${name} is a password's field: leave it out here, and record it with recordTyping in mode 'secret'`,
      { field: name },
    );
  }
  // Within an editable element nothing has the focus, so nothing gets the keys, but the outermost one.
  const isEditable = isContentEditable === true && parentElement?.isContentEditable !== true;
  if (!(isInput ? TEXT_TYPES.test(String(type)) : isTextArea || isEditable)) {
    throw new TypeError(`${name} must be an input of text, a textarea or an element with contenteditable`);
  }
}
