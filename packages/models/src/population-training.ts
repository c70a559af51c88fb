export { TABLE_PRIVACY } from './free-text/table-training';
export { type FreeTextTrainingOptions, trainFreeTextPopulation } from './free-text/train-population';
export type { FreeTextTrainingPerson } from './free-text/training-people';
export { type PointerTrainingOptions, trainPointerPopulation } from './pointer/train-population';
export type { PointerTrainingPerson } from './pointer/training-people';
