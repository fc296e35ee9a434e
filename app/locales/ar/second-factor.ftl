second-factor-page = إدخال الرمز
second-factor-title = أدخل الرمز
second-factor-text = افتح تطبيق المصادقة واكتب الرمز الذي يعرضه لـ { $host }.
second-factor-recovery-text = اكتب أحد رموز الاسترداد التي احتفظت بها. يعمل كل منها مرة واحدة.
second-factor-label = الرمز
second-factor-hint = 6 أرقام. لا بأس بالمسافات والشرطات.
second-factor-recovery-label = رمز الاسترداد
second-factor-recovery-hint = 12 حرفًا ورقمًا. لا أهمية للشرطات والأحرف الكبيرة.
second-factor-remember = الوثوق بهذا المتصفح لمدة 30 يومًا
second-factor-remember-hint = ليس على جهاز مشترك.
second-factor-submit = متابعة
second-factor-use-recovery = استخدام رمز استرداد
second-factor-use-app = استخدام تطبيق المصادقة
second-factor-other = تسجيل الدخول كشخص آخر
error-second-factor = هذا الرمز غير صحيح أو سبق استخدامه. اكتب الرمز المعروض الآن.
error-recovery-code = رمز الاسترداد هذا غير صحيح أو سبق استخدامه.
error-new-authenticator = هذا الرمز غير صحيح. تحقق من صحة ساعة جهازك، ثم اكتب الرمز المعروض الآن.
authenticator-title = تطبيق المصادقة
authenticator-none = يعرض تطبيق على هاتفك رمزًا يُطلب منك بعد كلمة المرور. ومن يعرف كلمة مرورك لا يستطيع مع ذلك تسجيل الدخول.
authenticator-since = أُضيف في { $since }.
authenticator-used = آخر استخدام في { $used }.
authenticator-on = مفعّل
authenticator-add = إعداد تطبيق المصادقة
authenticator-replace = استبدال
authenticator-replace-more = تطبيق المصادقة
authenticator-remove = إزالة
authenticator-remove-more = تطبيق المصادقة
authenticator-scan-title = أضفه إلى تطبيقك
authenticator-scan = امسح الصورة بتطبيق المصادقة أو اكتب المفتاح فيه. ثم اكتب الرمز الذي يعرضه التطبيق.
authenticator-keep = يعمل التطبيق الذي لديك حتى ذلك الحين.
authenticator-picture = رمز QR يحتوي على المفتاح أدناه
authenticator-key = المفتاح
authenticator-confirm = تأكيد الرمز
authenticator-cancel = إلغاء
authenticator-done-confirmed = تم إعداد تطبيق المصادقة.
authenticator-done-removed = تمت إزالة تطبيق المصادقة. تسجّل الدخول بكلمة المرور وحدها.
recovery-codes-title = رموز الاسترداد
recovery-codes-text = إذا فقدت تطبيق المصادقة فإن أحد هذه الرموز يتيح لك الدخول. يعمل كل منها مرة واحدة.
recovery-codes-left = { $left ->
    [zero] لم يبقَ أي رمز ({ $left }).
    [one] بقي رمز واحد.
    [two] بقي رمزان.
    [few] بقيت { $left } رموز.
    [many] بقي { $left } رمزًا.
   *[other] بقي { $left } رمز.
  }
recovery-codes-few = { $left ->
    [zero] لم يبقَ أي رمز. أنشئ رموزًا جديدة الآن.
    [one] لم يبقَ إلا رمز واحد. أنشئ رموزًا جديدة قريبًا.
    [two] لم يبقَ إلا رمزان. أنشئ رموزًا جديدة قريبًا.
    [few] لم يبقَ إلا { $left } رموز. أنشئ رموزًا جديدة قريبًا.
    [many] لم يبقَ إلا { $left } رمزًا. أنشئ رموزًا جديدة قريبًا.
   *[other] لم يبقَ إلا { $left } رمز. أنشئ رموزًا جديدة قريبًا.
  }
recovery-codes-new = إنشاء رموز جديدة
recovery-codes-new-text = تتوقف جميع الرموز التي لديك عن العمل.
recovery-codes-shown = تُعرض هذه الرموز هذه المرة فقط. احفظها في مكان آمن تجدها فيه بدون هاتفك.
recovery-codes-of = رموز الاسترداد لـ { $host }
recovery-codes-copy = نسخ
recovery-codes-copied = تم النسخ.
recovery-codes-print = طباعة
recovery-codes-download = تنزيل
enrolment-page = إضافة عامل ثانٍ
enrolment-title = أثبت هويتك بطريقة ثانية
enrolment-app = هذا التطبيق
enrolment-text = يطلب { $app } إثباتًا ثانيًا على أنك أنت. أنشئ مفتاح مرور أو أعدّ تطبيق المصادقة؛ سيحمي حسابك من الآن.
enrolment-text-authenticator = يطلب { $app } إثباتًا ثانيًا على أنك أنت. أعدّ تطبيق المصادقة؛ سيحمي حسابك من الآن.
enrolment-text-passkey = يطلب { $app } أكثر مما سجّلت الدخول به. استخدم مفتاح المرور أو أعدّ تطبيق المصادقة.
enrolment-passkey-use = استخدام مفتاح المرور
enrolment-passkey-script = تحتاج مفاتيح المرور إلى JavaScript. يعمل تطبيق المصادقة بدونها.
enrolment-insists = بدون ذلك لا يسمح لك { $app } بالدخول.
enrolment-cancel = إلغاء والعودة إلى { $app }
enrolment-later = يمكنك فعل ذلك لاحقًا من «الأمان» في حسابك.
enrolment-without = المتابعة بدون ذلك
enrolment-back = اختيار طريقة أخرى
enrolment-codes-title = احتفظ برموز الاسترداد
enrolment-go-on = احتفظت بها، متابعة
trusted-title = المتصفحات الموثوق بها
trusted-text = هنا تسجّل الدخول بكلمة المرور وحدها. تنتهي الثقة بعد 30 يومًا، ومع كلمة مرور جديدة، وعند تغيّر تطبيق المصادقة.
trusted-facts = منذ { $since } · آخر استخدام { $used } · حتى { $until }
trusted-forget = إيقاف الثقة
trusted-forget-all = إيقاف الثقة بالجميع
trusted-done = لم يعد ذلك المتصفح موثوقًا به.
mail-second-factor-not-you = إذا لم تكن أنت فانتقل إلى { $host } واختر «هل نسيت كلمة المرور؟» وعيّن واحدة جديدة وراجع «الأمان» في حسابك.
mail-authenticator-added-subject = أُضيف تطبيق المصادقة في { $host }
mail-authenticator-added-title = أُضيف تطبيق المصادقة
mail-authenticator-added-text = من الآن يطلب تسجيل الدخول إلى حسابك في { $host } رمزًا من تطبيق المصادقة.
mail-authenticator-replaced-subject = استُبدل تطبيق المصادقة في { $host }
mail-authenticator-replaced-title = استُبدل تطبيق المصادقة
mail-authenticator-replaced-text = أصبح تسجيل الدخول إلى حسابك في { $host } يطلب رموزًا من تطبيق المصادقة الآخر. لم يعد السابق يعمل.
mail-authenticator-removed-subject = أُزيل تطبيق المصادقة في { $host }
mail-authenticator-removed-title = أُزيل تطبيق المصادقة
mail-authenticator-removed-text = لم يعد تسجيل الدخول إلى حسابك في { $host } يطلب رمزًا من تطبيق المصادقة. وتوقفت رموز الاسترداد عن العمل أيضًا.
mail-trusted-subject = أصبح متصفح موثوقًا به في { $host }
mail-trusted-title = أصبح متصفح موثوقًا به
mail-trusted-text = لمدة 30 يومًا تكفي كلمة مرورك وحدها لتسجيل الدخول إلى حسابك في { $host } من هذا المتصفح: { $browser }. ولا يُطلب فيه رمز من تطبيق المصادقة.
mail-recovery-made-subject = أُنشئت رموز استرداد جديدة في { $host }
mail-recovery-made-title = أُنشئت رموز استرداد جديدة
mail-recovery-made-text = أُنشئت رموز استرداد جديدة لحسابك في { $host }. لم تعد الرموز الأقدم تعمل.
mail-recovery-used-subject = استُخدم رمز استرداد في { $host }
mail-recovery-used-title = استُخدم رمز استرداد
mail-recovery-used-text = سجّل شخص، أنت على الأرجح، الدخول إلى حسابك في { $host } برمز استرداد. { $left ->
    [0] لم يبقَ أي رمز: أنشئ رموزًا جديدة من «الأمان» في حسابك.
    [1] بقي رمز واحد: أنشئ رموزًا جديدة من «الأمان» في حسابك.
    [2] بقي رمزان: أنشئ رموزًا جديدة من «الأمان» في حسابك.
    [3] بقيت ثلاثة رموز: أنشئ رموزًا جديدة من «الأمان» في حسابك.
    [few] بقيت { $left } رموز.
    [many] بقي { $left } رمزًا.
   *[other] بقي { $left } رمز.
  }
