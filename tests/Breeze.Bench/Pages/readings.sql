-- One reading of every device, so many minutes ago.
INSERT INTO device_metrics (device_id, at, layout_id, metric_values)
SELECT d.id, now() - make_interval(mins => $1) + interval '20 seconds' * random(), l.id,
       ARRAY[random(), random()] || ARRAY[.5, .25, 12345678, 1e9, 42, 17.5, .99, 0, 0, 3, 1e6, 2e6, 3e6, 4e6, 5e6, .1, .2, .3, .4, .5, 7, 8, 9]::double precision[]
FROM devices d, metric_layouts l WHERE l.hash = 'bench001'
