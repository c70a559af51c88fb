import { createContext, type RefObject, useContext, useEffect } from 'react';

export type CheckedField = HTMLInputElement | HTMLTextAreaElement;

/** Where fields say that the rhythm in which they are typed may be looked at, as long as they are on the page. */
export interface CheckedFields {
  add(field: CheckedField): void;
  remove(field: CheckedField): void;
}

/** Those of a page where nothing is checked. */
export const NO_CHECKED_FIELDS: CheckedFields = { add: () => undefined, remove: () => undefined };

export const CheckedFieldsContext = createContext<CheckedFields>(NO_CHECKED_FIELDS);

/** Lets a field of free text take part in the checks of the session. For fields of plain words only: never an amount, an account number, a code or a password. */
export function useCheckedField(field: RefObject<CheckedField | null>): void {
  const fields = useContext(CheckedFieldsContext);
  useEffect(() => {
    const element = field.current;
    if (element === null) {
      return;
    }
    fields.add(element);
    return () => fields.remove(element);
  }, [fields, field]);
}
