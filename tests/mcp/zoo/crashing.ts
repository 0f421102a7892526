import { speak } from './speak.ts';

// Ends in the middle of a call.
speak({ call: () => process.exit(3) });
