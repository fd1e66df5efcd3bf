-- When the text of an experiment (name, description, notes, tags, type, framework) was last changed. A running training changes `updated_at`
-- every second; what people edit is compared with this.
ALTER TABLE experiments ADD COLUMN edited_at BIGINT NOT NULL DEFAULT 0;

UPDATE experiments SET edited_at = created_at;
