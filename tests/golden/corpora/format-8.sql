BEGIN TRANSACTION;
CREATE TABLE block (
            document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            kind TEXT NOT NULL,
            start_at INTEGER NOT NULL,
            end_at INTEGER NOT NULL,
            parent INTEGER,
            level INTEGER NOT NULL,
            label TEXT NOT NULL,
            cells TEXT NOT NULL,
            columns TEXT NOT NULL,
            context TEXT NOT NULL, language TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (document_id, number)
        ) WITHOUT ROWID;
INSERT INTO "block" VALUES(1,0,'paragraph',0,33,NULL,0,'','[]','[]','','');
INSERT INTO "block" VALUES(1,1,'paragraph',35,50,NULL,0,'','[]','[]','','');
CREATE TABLE document (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            source TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            stamp TEXT NOT NULL,
            title TEXT NOT NULL,
            format TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            characters INTEGER NOT NULL,
            sentences INTEGER NOT NULL,
            added TEXT NOT NULL,
            page_starts TEXT NOT NULL, left_out TEXT NOT NULL DEFAULT '[]', original TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT 'und');
INSERT INTO "document" VALUES(1,'fruit','fruit','text:75fd92f7a58c3bcda2dca7de245def71b181575ca8be9cc64b37936e6d5c6f3c','On fruit','text','75fd92f7a58c3bcda2dca7de245def71b181575ca8be9cc64b37936e6d5c6f3c',50,3,'2026-11-23T20:14:47+00:00','[]','[]','','en');
CREATE TABLE feedback (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            answer_key TEXT NOT NULL UNIQUE,
            asked TEXT NOT NULL,
            question TEXT NOT NULL,
            query TEXT NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('up', 'down')),
            confidence REAL,
            passages TEXT NOT NULL
        );
INSERT INTO "feedback" VALUES(1,'a key of this answer','2026-11-23T12:00:00+00:00','Which pears?','Which pears?','up',NULL,'[]');
CREATE TABLE file (
            source TEXT PRIMARY KEY,
            size INTEGER NOT NULL,
            modified INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            reader TEXT NOT NULL DEFAULT '',
            failure TEXT NOT NULL DEFAULT '',
            removed INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
INSERT INTO "meta" VALUES('generation','7a26667be3c5419c90182ae8978d9b3d');
INSERT INTO "meta" VALUES('model','toy');
INSERT INTO "meta" VALUES('next_sentence_id','8');
INSERT INTO "meta" VALUES('probe','4e14273d00000000000000000000000062d9d03e00000000000000000000000000000000000000000000000062d9503f00000000000000000000000062d9d03e');
CREATE TABLE original (sha256 TEXT PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE original_part (
            sha256 TEXT NOT NULL REFERENCES original (sha256) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            data BLOB NOT NULL,
            UNIQUE (sha256, number)
        );
CREATE TABLE sentence (
            id INTEGER PRIMARY KEY,
            document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            block INTEGER NOT NULL,
            start_at INTEGER NOT NULL,
            end_at INTEGER NOT NULL,
            vector_id INTEGER NOT NULL REFERENCES vector (id),
            UNIQUE (document_id, number)
        );
INSERT INTO "sentence" VALUES(5,1,1,0,0,15,1);
INSERT INTO "sentence" VALUES(6,1,2,0,16,33,5);
INSERT INTO "sentence" VALUES(7,1,3,1,35,50,3);
CREATE TABLE source (
            path BLOB PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('folder', 'file')),
            added TEXT NOT NULL,
            read TEXT NOT NULL DEFAULT '',
            mounts TEXT NOT NULL DEFAULT '[]'
        ) WITHOUT ROWID;
CREATE TABLE text_part (
            document_id INTEGER NOT NULL REFERENCES document (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            text TEXT NOT NULL,
            UNIQUE (document_id, number)
        );
INSERT INTO "text_part" VALUES(1,0,'Apples are red. Pears are yellow.

Plums are blue.');
CREATE TABLE vector (
            id INTEGER PRIMARY KEY,
            text_hash TEXT NOT NULL UNIQUE,
            embedding BLOB NOT NULL
        , checksum INTEGER NOT NULL DEFAULT 0);
INSERT INTO "vector" VALUES(1,'d3a58b707d273398d28f0a5ed15009f4',X'ECFE363D00000000000000000000000000000000000000000000000000000000A7BEE43E0000000000000000A7BE643F00000000000000000000000000000000',3497074379);
INSERT INTO "vector" VALUES(3,'3bca5a9da49ccae98ee8bd2fb1e3d0ad',X'EB166C3D000000000000000000000000000000000000000000000000528E133F000000000000000000000000528E133F000000000000000000000000528E133F',267597840);
INSERT INTO "vector" VALUES(5,'69ae0decb2eab35890198c77979f483e',X'EB166C3D0000000000000000528E133F0000000000000000528E133F00000000000000000000000000000000528E133F00000000000000000000000000000000',2288698859);
CREATE INDEX sentence_vector ON sentence (vector_id);
CREATE INDEX document_name ON document (name);
CREATE INDEX document_title ON document (title);
CREATE INDEX block_language ON block (language) WHERE language != '';
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('document',3);
INSERT INTO "sqlite_sequence" VALUES('feedback',1);
COMMIT;
PRAGMA user_version = 8;
