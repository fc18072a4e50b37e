/** What is said of a price: it rose, it fell, it did neither by as much as matters, or the data do not tell. */
export const CHANGE_VERDICTS = ['slower', 'faster', 'same', 'unsure'] as const;
