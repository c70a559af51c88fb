/**
 * Reads a long list a page at a time until its end, so that nothing is unbounded and nobody waits behind it.
 *
 * @param size records of a page.
 * @param read one page, in a transaction of its own or in the caller's; `after` is the last record of the page before.
 */
export async function* everyPage<Found>(
  size: number,
  read: (options: { limit: number; after?: Found }) => Promise<readonly Found[]>,
): AsyncGenerator<readonly Found[]> {
  let after: Found | undefined;
  for (;;) {
    const page: readonly Found[] = await read({ limit: size, ...(after === undefined ? {} : { after }) });
    yield page;
    after = page.at(-1);
    if (after === undefined || page.length < size) {
      return;
    }
  }
}
