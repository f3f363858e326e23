{#- The column is the great-circle distance of two positions of the row, each [right ascension,
    declination] in degrees. Computed by the chord between unit vectors, which the catalogue
    nowhere uses; `unit` is in arcsec, as is the tolerance of a microarcsecond.

      - is_separation: {arguments: {column_name: separation, one: [csc_ra, csc_dec], other: [gaia_ra, gaia_dec]}} -#}
{% test is_separation(model, column_name, one, other, unit=1, tolerance=1e-6) %}
    {%- set chord2 = [] -%}
    {%- for place in [one, other] -%}
        {%- set ra, dec = 'radians(' ~ place[0] ~ ')', 'radians(' ~ place[1] ~ ')' -%}
        {%- do chord2.append(['cos(' ~ ra ~ ') * cos(' ~ dec ~ ')', 'sin(' ~ ra ~ ') * cos(' ~ dec ~ ')', 'sin(' ~ dec ~ ')']) -%}
    {%- endfor %}
    select *
    from {{ model }}
    where
        not coalesce(
            abs(
                {{ column_name }} * {{ unit }}
                - 7200
                * degrees(
                    asin(
                        sqrt(
                            {% for i in range(3) %}
                                pow(
                                    {{ chord2[0][i] }} - {{ chord2[1][i] }}, 2
                                ){{ ' + ' if not loop.last }}
                            {% endfor %}
                        )
                        / 2
                    )
                )
            )
            <= {{ tolerance }},
            false
        )
{% endtest %}
