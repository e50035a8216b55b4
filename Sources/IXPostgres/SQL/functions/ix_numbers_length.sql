-- ix_numbers_length: returns at least the number of characters of a document's numbers: four per digit of base 10,000
-- between the first digit and the point, and the scale. The values are read from the binary form (count, weight,
-- sign, scale: two bytes each), without writing a number out.
CREATE OR REPLACE FUNCTION ix_numbers_length(request jsonb) RETURNS bigint
    LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(sum(4 * CASE WHEN get_byte(n, 2) < 128 THEN get_byte(n, 2) * 256 + get_byte(n, 3) ELSE 0 END + 1
                        + get_byte(n, 6) * 256 + get_byte(n, 7)), 0)
      FROM (SELECT numeric_send(number::numeric) AS n
              -- The array avoids jsonb_path_query, whose time grows with the square of the number of results.
              FROM jsonb_array_elements(jsonb_path_query_array(request, 'strict $.** ? (@.type() == "number")')) AS q (number)
            OFFSET 0) AS numbers
$$;
