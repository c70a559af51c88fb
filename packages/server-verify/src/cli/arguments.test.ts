import { describe, expect, it } from 'vitest';
import { type OptionSpecs, parseArguments } from './arguments';
import { UsageError } from './cli-error';

const specs: OptionSpecs = {
  seed: { value: 'S', help: '' },
  json: { value: 'FILE', help: '' },
  detector: { value: 'NAME', help: '' },
  adaptive: { help: '' },
  help: { help: '' },
};

const parse = (...argv: string[]) => parseArguments(argv, specs);

describe('parseArguments', () => {
  it('reads options wherever they stand, and operands', () => {
    const given = parse('a.jsonl', '--seed', '3', '--adaptive', '--json=out.json');
    expect(given.operands).toEqual(['a.jsonl']);
    expect(given.integer('seed', 0, 9)).toBe(3);
    expect(given.has('adaptive')).toBe(true);
    expect(given.text('json')).toBe('out.json');
    expect(given.has('detector')).toBe(false);
    expect(given.text('detector')).toBeUndefined();
    expect(given.integer('detector', 0, 9)).toBeUndefined();
  });

  it('knows -h, takes - for a value and an operand, and everything after -- for operands', () => {
    expect(parse('-h').has('help')).toBe(true);
    expect(parse('--json', '-', '-')).toMatchObject({ operands: ['-'] });
    expect(parse('--json', '-').text('json')).toBe('-');
    expect(parse('--', '--seed').operands).toEqual(['--seed']);
  });

  it('takes a negative number for a value', () => {
    expect(parse('--seed', '-3').integer('seed', -9, 9)).toBe(-3);
  });

  it.each([
    [['--sed', '3'], 'unknown option --sed'],
    [['--adapt'], 'unknown option --adapt; did you mean --adaptive?'],
    [['-x'], 'unknown option -x'],
    [['--constructor'], 'unknown option --constructor'],
    [['--key=hunter2'], 'unknown option --key'],
    [['--seed'], '--seed needs a value: --seed S'],
    [['--seed='], '--seed needs a value: --seed S'],
    [['--json', '--seed', '3'], '--json needs a value: --json FILE'],
    [['--adaptive=yes'], '--adaptive takes no value'],
    [['--seed', '1', '--seed', '2'], '--seed is given twice; give it once'],
  ])('refuses %j', (argv, message) => {
    expect(() => parse(...argv)).toThrow(new UsageError(message));
  });

  it.each(['x', '1.5', '', ' 3', '1e3', '10', '-1', '999999999999999999'])('refuses %j as an integer from 0 to 9', (value) => {
    expect(() => parse(`--seed=${value}`).integer('seed', 0, 9)).toThrow(UsageError);
  });

  it('refuses what is no choice, without repeating it', () => {
    expect(parse('--detector', 'default').choice('detector', ['default', 'other'])).toBe('default');
    expect(() => parse('--detector', 'hunter2').choice('detector', ['default', 'first', 'other'])).toThrow(
      new UsageError('--detector must be default, first or other'),
    );
    expect(() => parse('--detector', 'free').choice('detector', ['fixed'])).toThrow(new UsageError('--detector must be fixed'));
  });
});
