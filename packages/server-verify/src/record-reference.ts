/** Names a record of any customer in one string, for an operator's list. */
export function recordReference(subject: string, id: string): string {
  // Neither pseudonyms nor ids made here contain a dot.
  return `${subject}.${id}`;
}

/** The reverse of {@link recordReference}; undefined for anything else. */
export function parseRecordReference(reference: unknown): { subject: string; id: string } | undefined {
  const match = typeof reference === 'string' ? /^([A-Za-z0-9_-]{1,128})\.([A-Za-z0-9_-]{1,128})$/.exec(reference) : null;
  return match === null ? undefined : { subject: match[1] as string, id: match[2] as string };
}
