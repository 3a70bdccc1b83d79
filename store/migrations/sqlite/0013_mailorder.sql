-- What a paddle is told of in a sale, beside the many mails of being outbid.
CREATE INDEX mails_paddle ON mails (sale_id, paddle, kind) WHERE kind <> 'outbid';
