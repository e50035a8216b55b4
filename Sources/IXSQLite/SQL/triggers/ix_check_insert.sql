-- ix_check_insert: holds every writer to the limits of inserts.
CREATE TRIGGER ix_check_insert BEFORE INSERT ON ix_jobs
BEGIN
    SELECT RAISE(ABORT, 'client_id: is empty') WHERE NEW.client_id = '';
    SELECT RAISE(ABORT, 'client_id: over 255 bytes') WHERE length(CAST(NEW.client_id AS blob)) > 255;
    SELECT RAISE(ABORT, 'client_id: holds a control character')
     WHERE NEW.client_id GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*';
    SELECT RAISE(ABORT, 'request_id: is empty') WHERE NEW.request_id = '';
    SELECT RAISE(ABORT, 'request_id: over 255 bytes') WHERE length(CAST(NEW.request_id AS blob)) > 255;
    SELECT RAISE(ABORT, 'request_id: holds a control character')
     WHERE NEW.request_id GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*';
    -- ix-worker's own additions to a request (its ix_id) come on top of the caller's 1 MiB.
    SELECT RAISE(ABORT, 'request: over 1048576 bytes') WHERE length(CAST(NEW.request AS blob)) > 1048576 + 1024;
    SELECT RAISE(ABORT, 'callback_url: over 2048 bytes') WHERE length(CAST(NEW.callback_url AS blob)) > 2048;
    SELECT RAISE(ABORT, 'callback_url: holds a control character')
     WHERE NEW.callback_url GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*';
    SELECT RAISE(ABORT, 'callback_url: holds a space, which has to be written as %20') WHERE instr(NEW.callback_url, ' ');
    SELECT RAISE(ABORT, 'callback_url: holds a fragment (#), which no request carries') WHERE instr(NEW.callback_url, '#');
    SELECT RAISE(ABORT, 'callback_url: holds ", which has to be written as %22') WHERE instr(NEW.callback_url, '"');
    SELECT RAISE(ABORT, 'callback_url: holds <, which has to be written as %3C') WHERE instr(NEW.callback_url, '<');
    SELECT RAISE(ABORT, 'callback_url: holds >, which has to be written as %3E') WHERE instr(NEW.callback_url, '>');
    SELECT RAISE(ABORT, 'callback_url: holds \, which has to be written as %5C') WHERE instr(NEW.callback_url, '\');
    SELECT RAISE(ABORT, 'callback_url: holds ^, which has to be written as %5E') WHERE instr(NEW.callback_url, '^');
    SELECT RAISE(ABORT, 'callback_url: holds `, which has to be written as %60') WHERE instr(NEW.callback_url, '`');
    SELECT RAISE(ABORT, 'callback_url: holds {, which has to be written as %7B') WHERE instr(NEW.callback_url, '{');
    SELECT RAISE(ABORT, 'callback_url: holds |, which has to be written as %7C') WHERE instr(NEW.callback_url, '|');
    SELECT RAISE(ABORT, 'callback_url: holds }, which has to be written as %7D') WHERE instr(NEW.callback_url, '}');
    SELECT RAISE(ABORT, 'callback_url: holds a character beyond ASCII, which has to be written as %XX, in the host as punycode')
     WHERE length(CAST(NEW.callback_url AS blob)) > length(NEW.callback_url);
    SELECT RAISE(ABORT, 'callback_url: is not an absolute http or https URL')
     WHERE NOT (lower(NEW.callback_url) GLOB 'http://[^/?:]*' OR lower(NEW.callback_url) GLOB 'https://[^/?:]*');
    -- The URL's parts, one after the other: authority, host and port.
    SELECT RAISE(ABORT, 'callback_url: holds a user or a password')
      FROM (SELECT substr(NEW.callback_url, instr(NEW.callback_url, '//') + 2) AS rest)
     WHERE instr(substr(rest, 1, min(instr(rest || '/', '/'), instr(rest || '?', '?')) - 1), '@');
    SELECT RAISE(ABORT, 'callback_url: has a host in brackets that is no IPv6 address')
      FROM (SELECT lower(substr(NEW.callback_url, instr(NEW.callback_url, '//') + 2)) AS rest)
     WHERE rest GLOB '[[]*' AND NOT (
               instr(substr(rest, 2, instr(rest || ']', ']') - 2), ':')
               AND NOT substr(rest, 2, instr(rest || ']', ']') - 2) GLOB '*[^0-9a-f:.]*'
               AND substr(rest, instr(rest || ']', ']') + 1, 1) IN ('', ':', '/', '?') AND instr(rest, ']'));
    SELECT RAISE(ABORT, 'callback_url: has a port that is not 1 to 65535')
      FROM (SELECT CASE WHEN authority GLOB '[[]*' THEN substr(authority, instr(authority, ']') + 1) ELSE authority END AS rest
              FROM (SELECT substr(rest, 1, min(instr(rest || '/', '/'), instr(rest || '?', '?')) - 1) AS authority
                      FROM (SELECT substr(NEW.callback_url, instr(NEW.callback_url, '//') + 2) AS rest)))
     WHERE instr(rest, ':')
       AND (substr(rest, instr(rest, ':') + 1) GLOB '*[^0-9]*' OR length(substr(rest, instr(rest, ':') + 1)) NOT BETWEEN 1 AND 5
            OR CAST(substr(rest, instr(rest, ':') + 1) AS integer) NOT BETWEEN 1 AND 65535);
    SELECT RAISE(ABORT, 'callback_url: has a host that is no name')
      FROM (SELECT lower(substr(authority, 1, instr(authority || ':', ':') - 1)) AS host
              FROM (SELECT substr(rest, 1, min(instr(rest || '/', '/'), instr(rest || '?', '?')) - 1) AS authority
                      FROM (SELECT substr(NEW.callback_url, instr(NEW.callback_url, '//') + 2) AS rest)))
     WHERE NOT host GLOB '[[]*'
       AND (host GLOB '*[^a-z0-9_.-]*' OR host GLOB '.*' OR instr(host, '..') OR length(host) > 253
            OR host GLOB '*' || replace(printf('%064d', 0), '0', '[^.]') || '*');
    -- The last part of a name that begins like a number makes it an address in some reader's eyes.
    SELECT RAISE(ABORT, 'callback_url: has a number for a host that is not a plain IPv4 address')
      FROM (SELECT host, rtrim(host, '.') AS name
              FROM (SELECT lower(substr(authority, 1, instr(authority || ':', ':') - 1)) AS host
                      FROM (SELECT substr(rest, 1, min(instr(rest || '/', '/'), instr(rest || '?', '?')) - 1) AS authority
                              FROM (SELECT substr(NEW.callback_url, instr(NEW.callback_url, '//') + 2) AS rest))))
     WHERE NOT host GLOB '[[]*'
       AND (NOT replace(name, rtrim(name, replace(name, '.', '')), '') GLOB '*[^0-9]*'
            OR replace(name, rtrim(name, replace(name, '.', '')), '') GLOB '0x*')
       AND NOT (NOT host GLOB '*[^0-9.]*' AND json_valid('[' || replace(host, '.', ',') || ']')
                AND (SELECT count(*) FROM json_each('[' || replace(host, '.', ',') || ']')) = 4
                AND (SELECT max(value) FROM json_each('[' || replace(host, '.', ',') || ']')) < 256);
END;
