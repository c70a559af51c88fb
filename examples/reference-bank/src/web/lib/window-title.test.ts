import { expect, it } from 'vitest';
import { coverPageTitle, setPageTitle } from './window-title';

it('names the page, but not while it is covered', () => {
  setPageTitle('Your accounts');
  expect(document.title).toBe('Your accounts - Fernhill Bank');
  const uncover = coverPageTitle();
  expect(document.title).toBe('Locked - Fernhill Bank');
  setPageTitle('Transfer made');
  expect(document.title).toBe('Locked - Fernhill Bank');
  uncover();
  expect(document.title).toBe('Transfer made - Fernhill Bank');
});
