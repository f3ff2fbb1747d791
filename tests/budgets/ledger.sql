-- A ledger for what was loaded: each message told to one person by mail and in the app, the newest not all out yet.
INSERT INTO notifications_delivery (
    id, event_id, event_kind, command_id, facts, notice, ticket_id, message_id, recipient_id, address, transport, state,
    reason, cause, attempts, due_at, claimed_at, settled_at, seen_at, held, released, message_id_header, provider_id, created_at)
SELECT gen_random_uuid(), message.id, 'MessagePosted', message.id,
    jsonb_build_object('public_sequence', message.public_sequence, 'staff_sequence', message.staff_sequence), 'ticket_reply', ticket.id,
    message.id, person.id, CASE transport WHEN 'email' THEN person.email ELSE '' END, transport,
    CASE WHEN late % 997 = 0 THEN 'planned' WHEN late % 991 = 0 THEN 'sending' WHEN late % 499 = 0 THEN 'bounced' ELSE 'sent' END,
    '', '', 1, message.created_at, message.created_at, message.created_at,
    CASE WHEN late % 7 > 0 THEN message.created_at END, '', false,
    CASE transport WHEN 'email' THEN '<' || message.id || '@example.com>' ELSE '' END,
    CASE transport WHEN 'email' THEN message.id::text ELSE '' END, message.created_at
FROM (SELECT *, row_number() OVER (ORDER BY created_at DESC) AS late FROM support_chatmessage WHERE audience = 'public') message
JOIN support_supportticket ticket ON ticket.id = message.ticket_id
JOIN core_user person ON person.id = CASE WHEN message.is_support THEN ticket.requester_id ELSE ticket.assigned_to_id END
CROSS JOIN unnest(ARRAY['email', 'in_app']) AS transport;

INSERT INTO notifications_plan (event_id, event_kind, command_id, expected, happened_at, planned_at)
SELECT message.id, 'MessagePosted', message.id, count(row.id), message.created_at, message.created_at
FROM support_chatmessage message LEFT JOIN notifications_delivery row ON row.event_id = message.id GROUP BY message.id;

-- What came by mail, and what providers said of what went out.
INSERT INTO notifications_incomingmail (
    id, via, account, uid_validity, uid, recipients, digest, size, is_cut, received_at, key, message_id_header, sender, sender_name,
    subject, outcome, reason, cause, plan, ticket_id, message_id, author_id, settled_at, decision)
SELECT gen_random_uuid(), 'imap', 'support', 1, number, '[]', md5(id::text), 2000, false, created_at, md5(id::text),
    '<' || id || '@example.org>', 'somebody@example.org', 'Somebody', 'Re: ' || number,
    CASE WHEN number % 997 = 0 THEN 'waiting' ELSE 'token' END, '', '', '', ticket_id, id, author_id, created_at, ''
FROM (SELECT *, row_number() OVER (ORDER BY created_at) AS number FROM support_chatmessage WHERE NOT is_support) message;

INSERT INTO notifications_signal (
    id, state, source, message_id, provider_id, address, cause, happened_at, received_at, is_known)
SELECT gen_random_uuid(), 'delivered', 'postmark', '<' || id || '@example.com>', id::text, '', '', created_at, created_at, true
FROM support_chatmessage;

-- Every ticket began as a live chat that has ended.
INSERT INTO support_chatsession (
    id, ticket_id, requester_id, agent_id, state, created_at, offers, passes, accepted_at, ended_at, end_cause, rating_comment)
SELECT gen_random_uuid(), id, requester_id, assigned_to_id, 'ended', created_at, 1, '{}', created_at, updated_at, 'person', ''
FROM support_supportticket;

-- Autovacuum would have: what waits beside an index makes it look dear.
SELECT gin_clean_pending_list(oid) FROM pg_class
WHERE relkind = 'i' AND relam = (SELECT oid FROM pg_am WHERE amname = 'gin') AND relnamespace = 'public'::regnamespace;

ANALYZE
