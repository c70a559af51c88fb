import { describe, expect, it } from 'vitest';
import { readOptions } from './options';

const read = (...args: string[]) => readOptions(args, {});

describe('readOptions', () => {
  it('measures every suite by default, on the data beside the checkout or those of TACIT_DATA', () => {
    expect(read()).toMatchObject({
      suites: ['cmu-static', 'cmu-practised', 'cmu-adaptive', 'phrases', 'free-text', 'pointer', 'session', 'face'],
      detectors: [],
      seed: 1,
      threads: 2,
      typingFile: null,
      trainData: null,
    });
    expect(read().data).toMatch(/shared\/data$/);
    expect(readOptions([], { TACIT_DATA: '/sets' }).data).toBe('/sets');
    expect(readOptions(['--data', '/mine'], { TACIT_DATA: '/sets' }).data).toBe('/mine');
  });

  it('takes several suites and detectors, apart or with commas', () => {
    expect(read('--suite', 'phrases', '--suite', 'cmu-static', '--detector', 'default,one-class')).toMatchObject({
      suites: ['phrases', 'cmu-static'],
      detectors: ['default', 'one-class'],
    });
  });

  it('trains populations on a folder that is named, and for the page on the data', () => {
    expect(read('--suite', 'free-text', '--train-data', '/others').trainData).toBe('/others');
    expect(read('--docs', '--data', '/mine').trainData).toBe('/mine');
    expect(read('--docs', '--data', '/mine', '--train-data', '/others').trainData).toBe('/others');
  });

  it('knows the detectors of windows of a session too', () => {
    expect(read('--suite', 'pointer', '--detector', 'window-plda,trained').detectors).toEqual(['window-plda', 'trained']);
  });

  it('reads the options of a typing file', () => {
    const options = ['--suite', 'typing-jsonl', '--file', 'a.jsonl', '--enrol', '8'];
    expect(read(...options).typingFile).toEqual({ file: 'a.jsonl', kind: 'fixed', enrol: 8, adaptive: null, window: null });
    expect(read(...options, '--adaptive').typingFile?.adaptive).toBe('product');
    expect(read(...options, '--adaptive', '--gate', 'timing').typingFile?.adaptive).toBe('timing');
    expect(read(...options, '--kind', 'free', '--window', '50').typingFile).toMatchObject({ kind: 'free', window: 50 });
    expect(read(...options).suites).toEqual([]);
  });

  it.each([
    [['--suite', 'none'], 'no such suite: none'],
    [['--detector', 'none'], 'no such detector: none'],
    [['--threads', '3'], '--threads'],
    [['--seed', '1.5'], '--seed'],
    [['--enrol', '5'], 'for --suite typing-jsonl'],
    [['--suite', 'typing-jsonl', '--suite', 'phrases'], 'no other suite'],
    [['--suite', 'typing-jsonl', '--enrol', '5'], '--file'],
    [['--suite', 'typing-jsonl', '--file', 'f'], '--enrol'],
    [['--suite', 'typing-jsonl', '--file', 'f', '--enrol', '0'], '--enrol'],
    [['--suite', 'typing-jsonl', '--file', 'f', '--enrol', '5', '--kind', 'both'], '--kind'],
    [['--suite', 'typing-jsonl', '--file', 'f', '--enrol', '5', '--gate', 'timing'], '--adaptive'],
    [['--suite', 'typing-jsonl', '--file', 'f', '--enrol', '5', '--adaptive', '--gate', 'open'], '--gate'],
    [['--suite', 'typing-jsonl', '--file', 'f', '--enrol', '5', '--kind', 'free', '--adaptive'], 'fixed text'],
    [['--docs', '--quick'], '--docs needs'],
    [['--docs', '--suite', 'phrases'], '--docs needs'],
    [['--unknown'], 'unknown'],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args, {})).toThrow(message);
  });
});
