import { packageBuild } from '../../scripts/package-build.ts';

export default packageBuild([
  'src/index.ts',
  'src/evaluation.ts',
  'src/sequence.ts',
  'src/sequence-training.ts',
  'src/population-training.ts',
  'src/default-population.ts',
]);
