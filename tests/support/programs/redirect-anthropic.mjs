// Loaded before a service: what it would send to Anthropic goes to a stand-in on this machine.
const realFetch = globalThis.fetch;
const standIn = process.env.ANTHROPIC_STAND_IN;

globalThis.fetch = (input, init) => {
  const url = String(input instanceof Request ? input.url : input);
  return realFetch(url.replace('https://api.anthropic.com', standIn), init);
};
