/** The tag of a value that is secret and stands there as plain text: `!secret "…"`, for as long as it is edited. */
export const mark = '!secret';
