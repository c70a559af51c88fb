/** Elements with this attribute, and all within them, are left out of every recording of the pointer. */
const IGNORE = '[data-tacit-ignore]';
const DOCUMENT_NODE = 9;

/** @throws TypeError unless `target` is a document or an element. */
export function documentOf(target: unknown): Document {
  const node = target as Partial<Document> | null | undefined;
  const page = node?.nodeType === DOCUMENT_NODE ? (target as Document) : node?.ownerDocument;
  if (!page || typeof node?.addEventListener !== 'function') {
    throw new TypeError('target must be a document or an element');
  }
  return page;
}

/**
 * The selector of what is left out: with the attribute, and what is named beside it.
 *
 * @throws TypeError unless `more` is a CSS selector or undefined.
 */
export function ignoreSelector(page: Document, more: unknown): string {
  if (more === undefined) {
    return IGNORE;
  }
  if (typeof more !== 'string') {
    throw new TypeError('ignore must be a string');
  }
  const selector = `${IGNORE},${more}`;
  try {
    page.createDocumentFragment().querySelector(selector);
  } catch (cause) {
    throw new TypeError('ignore must be a CSS selector', { cause });
  }
  return selector;
}

/** The element of `selector` that an event happened in, if any, also in or below the open shadow trees of components. */
export function partOf(event: Event, selector: string): Element | null {
  const target = event.target as Element | null;
  return partAround(target?.shadowRoot ? (event.composedPath()[0] as Element) : target, selector);
}

function partAround(start: Element | null | undefined, selector: string): Element | null {
  if (!start) {
    return null;
  }
  const part = start.closest?.(selector);
  if (part) {
    return part;
  }
  for (let node: Element | null = start; node; node = node.parentElement) {
    // A component shows it within a tree of its own, which leads to all that is around.
    if (node.assignedSlot) {
      return partAround(node.assignedSlot, selector);
    }
  }
  return partAround((start.getRootNode() as Partial<ShadowRoot>).host, selector);
}
