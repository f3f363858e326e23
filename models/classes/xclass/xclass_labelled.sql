-- The labelled X-ray sources with the magnitudes that their features are made of, in each variant
-- of translating them; why they do not train if they do not; and the parts they are in. Rangelov
-- et al., section 4.2.
with
    labels as (
        select
            *,
            -- each part has its share of each class
            (
                row_number() over (
                    partition by class
                    order by {{ uniform_hash('csc_name', 'xclass split') }}, csc_name
                )
                - 0.5
            )
            / count(*) over (partition by class) as place_of_split,
            (
                row_number() over (
                    partition by class
                    order by {{ uniform_hash('csc_name', 'xclass fold') }}, csc_name
                )
                - 1
            )
            % {{ var('xclass_folds') }} as fold
        from {{ ref('xclass_labels') }}
        where not_used_because is null
    ),

    variants as (select unnest({{ text_list(var('xclass_variants')) }}) as variant),

    measured as (
        select
            variant,
            labels.*,
            sed.reason,
            -- remnants have Hubble's own magnitudes
            case
                when labels.class = 'SNR' then hst.magnitudes else sed.magnitudes
            end as magnitudes,
            list_count(
                case when labels.class = 'SNR' then hst.magnitudes else sed.magnitudes end
            ) as n_magnitudes
        from labels
        cross join variants
        left join {{ ref('xclass_sed') }} as sed using (csc_name, variant)
        left join
            {{ ref('xclass_hst_candidates') }} as hst
            on labels.csc_name = hst.csc_name
            and hst.place = 1
    ),

    judged as (
        select
            *,
            case
                when class not in {{ text_list(xclass_classes()) }}
                then 'class is outside the scheme'
                when coalesce(n_magnitudes, 0) = 0
                then 'no magnitude: ' || coalesce(reason, 'not seen by Hubble')
            end as no_use
        from measured
    )

select
    * exclude (place_of_split, not_used_because, reason, no_use),
    -- sections 4.2 and 5
    case
        when place_of_split < {{ 0.72 }}
        then 'train'
        when place_of_split < {{ 0.72 + 0.18 }}
        then 'validation'
        else 'test'
    end as split,
    coalesce(
        no_use,
        case
            when
                count(*) filter (no_use is null) over (partition by variant, class)
                < {{ var('fewest_members') }}
            then 'class has too few members'
        end
    ) as not_used_because
from judged
order by variant, csc_name
