"""The same job on Spark: a log as Parquet goes in, plain arrays come out, and the session is gone.

`learn.py` is the door. `session.py` opens Spark, `lesson.py` hands it the log, `counts.py` and `shoppers.py` are its
SQL, `embedding.py` its item2vec, `weights.py` its practice; `answers.py` is the model, which needs no Spark any more.
Only here is pyspark imported, and only when a shop has chosen it.
"""
