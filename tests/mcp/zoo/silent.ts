// Never answers anything, and does not end with its input or at SIGTERM.
process.on('SIGTERM', () => undefined);
process.stdin.resume();
setInterval(() => undefined, 60_000);
