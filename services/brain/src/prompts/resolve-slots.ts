import type { PromptSlot } from '@bakerst/contracts';
import type { ResolvedSlot, SlotTexts } from './ports.ts';

/** Who may write slots, the one who counts most first (BT-80). */
const TIERS = ['user', 'persona', 'org', 'default'] as const;

export type PromptTiers = { readonly [Tier in (typeof TIERS)[number]]?: SlotTexts | undefined };

export type ResolvedSlots = Readonly<Record<PromptSlot, ResolvedSlot>>;

/** Each slot as the first tier says that has more than blanks for it; `{{AGENT_NAME}}` is filled in. */
export function resolveSlots(tiers: PromptTiers, agentName: string): ResolvedSlots {
  const resolve = (slot: PromptSlot): ResolvedSlot => {
    const origin = TIERS.find((tier) => (tiers[tier]?.[slot] ?? '').trim() !== '') ?? 'default';
    const text = (tiers[origin]?.[slot] ?? '').trim();
    return { text: text.replaceAll('{{AGENT_NAME}}', () => agentName), origin };
  };
  const identity = resolve('identity');
  return {
    identity: identity.text === '' ? { ...identity, text: `You are ${agentName}.` } : identity,
    methodology: resolve('methodology'),
    tool_guidance: resolve('tool_guidance'),
    instructions: resolve('instructions'),
    memory_instructions: resolve('memory_instructions'),
    closing: resolve('closing'),
  };
}

/** The texts alone. */
export function toTexts(slots: ResolvedSlots): Record<PromptSlot, string> {
  return {
    identity: slots.identity.text,
    methodology: slots.methodology.text,
    tool_guidance: slots.tool_guidance.text,
    instructions: slots.instructions.text,
    memory_instructions: slots.memory_instructions.text,
    closing: slots.closing.text,
  };
}
