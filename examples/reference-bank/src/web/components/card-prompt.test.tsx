import { act } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../api/api-error';
import type { CardQuestion } from '../api/types';
import { enter, type Rendered, render, submit } from '../lib/render-for-test';
import { CardPrompt, type CardPromptProps } from './card-prompt';

const first: CardQuestion = { challenge: 'c1', coordinates: ['B3', 'E7', 'A1'] };
const stale = new ApiError({ code: 'ERR_CHALLENGE_EXPIRED', status: 400 });
const wrong = new ApiError({ code: 'ERR_CODE_WRONG', status: 401, left: 2 });

let rendered: Rendered | undefined;
afterEach(async () => {
  await rendered?.unmount();
});

async function prompt(answers: Array<ApiError | undefined>, asked: CardQuestion) {
  const ask = vi.fn(async () => asked);
  const answer = vi.fn<CardPromptProps['answer']>(async () => {
    const outcome = answers.shift();
    if (outcome) {
      throw outcome;
    }
  });
  rendered = await render(<CardPrompt id="code" submitLabel="Confirm" initial={first} ask={ask} answer={answer} />);
  const { container } = rendered;
  const fill = async (code: string): Promise<void> => {
    const field = container.querySelector('input');
    if (field) {
      await enter(field, code);
    }
  };
  return { ask, answer, container, fill };
}

describe('CardPrompt', () => {
  it('sends nothing before every cell is filled', async () => {
    const { answer, container, fill } = await prompt([undefined], first);
    await fill('A7B');
    await submit(container);
    expect(answer).not.toHaveBeenCalled();
    expect(container.textContent).toContain('Enter two characters for each cell.');
  });

  it('answers a late question again where the same cells are asked for', async () => {
    const { ask, answer, container, fill } = await prompt([stale, undefined], { ...first, challenge: 'c2' });
    await fill('A7B2C3');
    await submit(container);
    expect(ask).toHaveBeenCalledTimes(1);
    expect(answer.mock.calls.map(([body]) => body)).toEqual([
      { challenge: 'c1', code: 'A7B2C3' },
      { challenge: 'c2', code: 'A7B2C3' },
    ]);
    expect(answer.mock.calls[0]?.[1]).not.toBe(answer.mock.calls[1]?.[1]);
  });

  it('does not answer other cells with the old entry', async () => {
    const { answer, container, fill } = await prompt([stale], { challenge: 'c2', coordinates: ['C1', 'C2', 'C3'] });
    await fill('A7B2C3');
    await submit(container);
    expect(answer).toHaveBeenCalledTimes(1);
    expect(container.textContent).toContain('C1');
  });

  it('empties the fields after a wrong code, says how many tries are left, and asks again', async () => {
    const { ask, container, fill } = await prompt([wrong], { ...first, challenge: 'c2' });
    await fill('A7B2C3');
    await submit(container);
    expect(ask).toHaveBeenCalledTimes(1);
    expect([...container.querySelectorAll('input')].map(({ value }) => value)).toEqual(['', '', '']);
    expect(container.querySelector('[role=alert]')?.textContent).toContain('2 tries are left');
  });

  it('says that a code was wrong when the next one can be entered, and not before', async () => {
    const { ask, answer, container, fill } = await prompt([wrong, undefined], { ...first, challenge: 'c2' });
    let arrive: (question: CardQuestion) => void = () => undefined;
    ask.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    );
    await fill('A7B2C3');
    await submit(container);
    expect(container.querySelector('[role=alert]')).toBeNull();
    await act(async () => arrive({ ...first, challenge: 'c2' }));
    expect(container.querySelector('[role=alert]')?.textContent).toContain('2 tries are left');
    await fill('D4E5F6');
    await submit(container);
    expect(answer.mock.calls.map(([body]) => body)).toEqual([
      { challenge: 'c1', code: 'A7B2C3' },
      { challenge: 'c2', code: 'D4E5F6' },
    ]);
  });

  it('takes the fields away when the card is blocked', async () => {
    const { container, fill } = await prompt([new ApiError({ code: 'ERR_CARD_SUSPENDED', status: 409 })], first);
    await fill('A7B2C3');
    await submit(container);
    expect(container.querySelector('input')).toBeNull();
    expect(container.textContent).toContain('Your matrix card is blocked');
  });

  it.each([
    ['at the start', null],
    ['after a wrong code', first],
  ])('asks again on demand where the question could not be had, %s', async (_, initial) => {
    const ask = vi.fn(async () => first);
    ask.mockRejectedValueOnce(new ApiError({ code: 'ERR_ANSWER', status: 502 }));
    rendered = await render(
      <CardPrompt
        id="code"
        submitLabel="Confirm"
        initial={initial}
        ask={ask}
        answer={async () => {
          throw wrong;
        }}
      />,
    );
    const { container } = rendered;
    const field = container.querySelector('input');
    if (field) {
      await enter(field, 'A7B2C3');
      await submit(container);
    }
    expect(container.textContent).toContain('The bank has a problem at the moment.');
    await act(async () => container.querySelector('button')?.click());
    expect(container.querySelector('input')).not.toBeNull();
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('does not ask again where the card is blocked', async () => {
    const { container, fill } = await prompt([new ApiError({ code: 'ERR_CARD_SUSPENDED', status: 403 })], first);
    await fill('A7B2C3');
    await submit(container);
    expect(container.textContent).toContain('Your matrix card is blocked.');
    expect(container.querySelector('button')).toBeNull();
  });
});
