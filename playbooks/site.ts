import bonds from './bond.ts';
import director from './ipvs.ts';

/** The whole site: links first, then what runs over them. */
export default [bonds, director];
