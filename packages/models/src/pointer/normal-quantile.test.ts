import { expect, it } from 'vitest';
import { normalQuantile } from './normal-quantile';

it('gives the tabulated quantiles, in the middle and in both tails', () => {
  for (const [probability, quantile] of [
    [0.5, 0],
    [0.01, -2.3263478740408408],
    [0.02, -2.053748910631823],
    [0.025, -1.9599639845400545],
    [0.1, -1.2815515655446004],
    [0.8, 0.8416212335729143],
    [0.999, 3.090232306167813],
  ] as const) {
    expect(normalQuantile(probability)).toBeCloseTo(quantile, 7);
    expect(normalQuantile(1 - probability)).toBeCloseTo(-quantile, 7);
  }
});
