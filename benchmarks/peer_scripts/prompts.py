"""What multilingual-e5-small wants before each question and each text.

sentence-transformers finds it in the folder of the model. Others have to be told: else the best hit
for any question is a sentence that consists of a bracket.
"""

QUERY_PROMPT, TEXT_PROMPT = "query: ", "passage: "
