/** The bank's name, at the end of every title. */
export const BANK_NAME = 'Fernhill Bank';

let page: string | undefined;
let isCovered = false;

function show(): void {
  const name = isCovered ? 'Locked' : page;
  document.title = name === undefined ? BANK_NAME : `${name} - ${BANK_NAME}`;
}

/** Names the page in the title of the window and in the history of the browser. */
export function setPageTitle(title: string): void {
  page = title;
  show();
}

/** Under the lock the title tells nothing of the page either, whatever that does meanwhile. Returns what takes the cover away. */
export function coverPageTitle(): () => void {
  isCovered = true;
  show();
  return () => {
    isCovered = false;
    show();
  };
}
