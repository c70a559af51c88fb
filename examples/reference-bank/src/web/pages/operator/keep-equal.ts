/** The items of a list that was loaded again, with the very objects of before for those that say the same: so that only what changed is drawn again. */
export function keepEqual<Item extends { id: string }>(before: readonly Item[], items: readonly Item[]): Item[] {
  const known = new Map(before.map((item) => [item.id, item]));
  return items.map((item) => {
    const old = known.get(item.id);
    return old !== undefined && JSON.stringify(old) === JSON.stringify(item) ? old : item;
  });
}
