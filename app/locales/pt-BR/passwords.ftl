password-section-title = Senha
password-section-none = Sua conta não tem senha. Você entra com uma chave de acesso ou um código do e-mail.
password-section-since = Definida em { $since }.
password-section-ends = Uma nova senha encerra a sessão nos seus outros navegadores e apps. Aqui você continua conectado.
password-section-short = Ela é curta demais para ser usada sem seu app autenticador.
password-section-change = Mudar senha
password-section-set = Definir uma senha
password-section-save = Salvar nova senha
password-section-save-first = Salvar senha
password-section-prove = Primeiro confirme que é você.
password-section-remove = Remover senha
password-section-remove-text = Então você entra com uma chave de acesso ou um código do e-mail.
password-done-set = Sua nova senha foi salva. Seus outros navegadores e apps saíram da conta.
password-done-removed = Sua senha foi removida.
error-password-last = Este é seu único modo de entrar. Crie uma chave de acesso primeiro.
error-password-needs-factor = Sua senha é curta demais para ser usada sozinha. Escolha uma de pelo menos { $min } caracteres e depois remova o app.
new-password-hint-kinds = Pelo menos { $min } caracteres: letras minúsculas, letras maiúsculas, algarismos e outros caracteres.
new-password-hint-some-kinds = Pelo menos { $min } caracteres, e { $kinds } destes tipos: letras minúsculas, letras maiúsculas, algarismos, outros caracteres.
new-password-hint-history = Nenhuma das suas últimas { $history } senhas.
new-password-hint-age = Ela vale por { $days } dias.
strength-short = Curta demais. { $left ->
    [one] Falta { $left } caractere.
   *[other] Faltam { $left } caracteres.
 }
strength-refused = Fraca. { $why }
strength-good = Boa. Mais uma palavra sem relação a tornaria excelente.
strength-excellent = Excelente. É muito difícil de adivinhar.
mail-no-password-subject = A senha da sua conta em { $host } foi removida
mail-no-password-preview = Se não foi você, cuide da sua conta agora.
mail-no-password-title = Sua senha foi removida
mail-no-password-text = Sua conta em { $host } não tem mais senha; você entra com uma chave de acesso ou um código do e-mail. Os navegadores e apps que estavam conectados saíram da conta, menos onde a mudança foi feita.
