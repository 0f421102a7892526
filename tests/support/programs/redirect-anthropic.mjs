// Loaded before a service, as redirect-anthropic.mjs?to=<origin>: what it would send to Anthropic goes there.
const realFetch = globalThis.fetch;
const standIn = new URL(import.meta.url).searchParams.get('to');

globalThis.fetch = (input, init) => {
  const url = String(input instanceof Request ? input.url : input);
  return realFetch(url.replace('https://api.anthropic.com', standIn), init);
};
