-- On which sources do the classifiers disagree most, each being sure of another class?
select
    csc_name,
    class as consensus,
    round(class_prob, 2) as class_prob,
    n_classifiers - n_agreeing as n_against,
    round(entropy, 2) as entropy,
    lynceus_class,
    round(lynceus_class_prob, 2) as lynceus_prob,
    muwclass_class,
    round(muwclass_class_prob, 2) as muwclass_prob
from {{ ref('class_consensus') }}
where lynceus_class <> muwclass_class
order by least(lynceus_class_prob, muwclass_class_prob) desc, csc_name
limit 20
