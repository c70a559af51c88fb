/** Entries a week that the server's policy lets into quarantine: the default of its `typing.weeklyLearningCap`. */
export const WEEKLY_CAP = 10;
