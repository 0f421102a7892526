export function ModelBanner() {
  return null;
}
