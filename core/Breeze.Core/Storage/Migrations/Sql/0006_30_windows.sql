-- Where in readings the series of a metric stand, with their labels as alerts have them. As breeze_metric_slots, for the server's own work.
CREATE FUNCTION breeze_metric_series(metric text, labels text[]) RETURNS TABLE (layout_id integer, slot integer, label text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.layout_id, s.slot, CASE WHEN strpos(n.name, '{') > 0 THEN substr(n.name, strpos(n.name, '{') + 1, length(n.name) - strpos(n.name, '{') - 1) ELSE '' END
    FROM breeze_metric_slots(metric, labels) s JOIN metric_layouts l ON l.id = s.layout_id CROSS JOIN LATERAL (SELECT l.names[s.slot] AS name) n
$$;
REVOKE EXECUTE ON FUNCTION breeze_metric_series(text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION breeze_metric_series(text, text[]) TO breeze_system;
