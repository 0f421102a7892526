// The package as a whole loads an adapter for every database it knows: 12 MB for one limiter in memory.
declare module 'rate-limiter-flexible/lib/RateLimiterMemory.js' {
  import { RateLimiterMemory } from 'rate-limiter-flexible';

  export = RateLimiterMemory;
}
