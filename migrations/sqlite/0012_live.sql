-- When the text of an experiment (name, description, notes, tags, type, framework) was last changed. A running training changes `updated_at`
-- every second; what people edit is compared with this.
ALTER TABLE experiments ADD COLUMN edited_at INTEGER NOT NULL DEFAULT 0;

UPDATE experiments SET edited_at = created_at;

-- The text as it is searched, folded by the application, so that both engines find the same.
ALTER TABLE console_lines ADD COLUMN text_key TEXT NOT NULL DEFAULT '';
