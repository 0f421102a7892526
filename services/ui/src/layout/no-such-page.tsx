import { Link } from 'react-router';
import { Empty } from '../components/states.tsx';
import { texts } from '../texts/index.ts';

export function NoSuchPage() {
  return (
    <Empty>
      {texts.noSuchPage}{' '}
      <Link to="/chat" className="text-accent underline">
        {texts.toChat}
      </Link>
    </Empty>
  );
}
